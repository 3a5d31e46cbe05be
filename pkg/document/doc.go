// Package document writes the one JSON document of a command: as a whole, with one long list whose
// elements are made one by one, or as a stream that says at its end whether all went well.
//
// It must not know what a result means, nor a sentence, a file or a terminal; but that a terminal
// may show what it writes, and obeys none of it.
package document
