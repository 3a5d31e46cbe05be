// Package nextstep decides how it goes on: who signs the next request of this config file,
// whether its topic has to be told, whether a certificate is registered with its key, without
// one, or in a file apart. A text of the catalogue names steps; which of their words hold, this
// package tells from what is known.
//
// It is a function of values. It knows neither the words nor how anything was found out.
package nextstep
