// Package problem is the closed list of everything that apnsctl can find wrong.
//
// A [Code] is a stable name for one cause. The same code appears as the code of a
// [Finding] (what a check saw), as the code of an [Error] (why a command stopped),
// in JSON, and as the key of the sentences in both catalogues of package msg.
// This package knows no sentences, no languages and no input or output.
package problem
