// Package gate stands between a file and a profile: what a file is good for, whose it is,
// whether its topic is the one that devices listen on, and, where it is taken over, which key
// belongs to it. verify asks and changes nothing; import asks the same and registers.
//
// It knows the rules by lifecycle and files by pushcert, and neither where files lie nor how
// an answer is told.
package gate
