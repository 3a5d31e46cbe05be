// Package yamledit reads and rewrites YAML as lines of text. A large file is a list of entries,
// and one of them is again: it is cut where they begin, what is asked for is read by a fast
// parser of the common layout or else by yaml.v3, and new values are merged into what a person
// wrote, with its comments and its order.
//
// It knows text and trees, and neither what the entries mean nor where they are kept.
package yamledit
