// Package archive reads and writes the directories in which runs keep what they
// found: bundles, and the outcomes that say of which run they are. It reads
// through an [os.Root] only, follows no symbolic link to a file, and takes every
// name and content for what a stranger wrote.
package archive
