// Package decode brings what people hand over as text into plain UTF-8: files that Windows
// saved in UTF-16, lines quoted by a mail program, dashes and blanks that an editor beautified,
// passphrases with a byte order mark.
//
// Every input of apnsctl goes through it, so that one file means the same to every command. It
// knows encodings and characters, and nothing of certificates, tokens or files.
package decode
