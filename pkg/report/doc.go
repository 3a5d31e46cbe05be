// Package report is what results say of things that were looked at: one row for each,
// whether the config file watches it or it is a file that somebody named, one view of a
// certificate, and the verdict over all rows.
//
// A report is computed once, from values and a moment; what writes it decides nothing. The
// package knows how JSON shows a row, and has a small writer for each other form of status: a
// [Sheet] in, a text out. It knows neither flags nor files nor sentences: the words of findings
// come from a [problem.Words], all others from [Words].
package report
