// Package typed tells a command as it was typed, for a hint that repeats it: whoever copies it means the same
// as before, and nothing that was said is lost on the way.
//
// It knows flags and their values. It must not know what any command does.
package typed
