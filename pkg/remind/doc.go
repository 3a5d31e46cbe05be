// Package remind decides who is told what, and when: a ladder of days before an end, who was told
// which rung of it already, and what follows from both.
//
// It is a function of the state, the settings and the present time. It knows no mail, no
// language and no file: who is to be told hands its answer to package deliver.
package remind
