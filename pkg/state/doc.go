// Package state keeps apnsctl's one file: strict reading and writing of its YAML,
// its schema versions, its lock, and the write that a crash cannot tear. How the private
// keys in it are sealed is for package signing.
//
// It knows the shape of [lifecycle.State] by its yaml tags, where texts in PEM or age
// armor begin and end, and by which texts two profiles have to be compared
// ([lifecycle.Profile.Marks]). It must not know what the values mean: no certificates,
// no topics, no clock, no environment.
//
// The file is a list of entries, one a profile. Each is read by itself: by a parser of the
// plain lines that apnsctl writes, else by yaml.v3. A write edits the lines of the entries
// that changed. A file of any other layout, and one with a fault, is read as a whole by
// yaml.v3, which then says what is wrong and where.
package state
