// Package page lays the result of a command out for a person: sentences of the catalogue, labelled
// values, findings with their next steps, tables, and the facts of a certificate, within the columns
// of a terminal.
//
// It must not know a command, a flag, a file or the clock: words, streams and the present time come
// in. What a program reads is in package document.
package page
