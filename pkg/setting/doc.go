// Package setting knows every setting of the config file: its key, what may be its value, where it
// stands in the state, and which keys a mistyped one is near to.
//
// It is a function of values. It must not know where a value came from (that is for cli), nor
// open what a value refers to.
package setting
