// Package msg holds every sentence that a person reads, in English and Japanese.
//
// A catalogue is a folder of YAML files, one per kind of text; a sentence's key is
// the file's name and the path within it ("problem.topic-mismatch.text"). Code names
// keys, never sentences, so that mending a sentence loses no translation.
//
// It knows languages and placeholders. It must not know what a sentence is about, or who reads it.
package msg
