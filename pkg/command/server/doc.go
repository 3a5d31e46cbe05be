// Package server is the family of commands about MDM servers: they are added, linked with profiles,
// asked what they use, and removed.
package server
