// Package machines has state machines with one planted bug each, as package canary has
// log engines. Each bug must be caught by the promise that it breaks.
//
// All but those of damage at rest are one small machine, [plain], that any of the bugs can be
// planted in; those are another, [checked]. Without a plant each is sound: it holds on every file
// system, whichever call fails.
package machines
