// Package term is the terminal: streams, questions, colours, and text laid out by
// display width, since a Japanese character takes two columns. It knows nothing of
// certificates and chooses no words of its own.
package term
