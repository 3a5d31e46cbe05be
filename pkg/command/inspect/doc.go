// Package inspect has the command inspect: what any file is. It needs no config file.
package inspect
