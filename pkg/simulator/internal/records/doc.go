// Package records keeps what has to outlive a simulator, one record a file.
//
// It knows files. It must not know what is in them.
package records
