// Package settings has the commands that make the config file and set what it says: init.
package settings
