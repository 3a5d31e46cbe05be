// Package devices has the command devices audit: which devices listen on which topic.
package devices
