// Package corrupt is what goes wrong with stored bytes while nobody writes them: a power
// failure loses what was not durable, and this harms what was.
//
// Disks do that. In a study of 1.53 million disks over 41 months 0.86 % of the nearline and
// 0.065 % of the enterprise disks had blocks whose checksum did not match (Bairavasundaram
// and others, An Analysis of Data Corruption in the Storage Stack, FAST 2008). They found
// bits that had changed, writes that went to another place, and writes that never were.
//
// [Records] lists what a journal wrote and what is still there in an image. [All] makes the
// corruptions of one of them. [Corruption.Of] makes the image with one.
package corrupt
