// Package watch has the commands that check what is stored, or a file: status, verify and
// token. They change nothing but the tokens, and their exit status is the verdict.
package watch
