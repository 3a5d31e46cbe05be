// Package doctor has the command doctor: what stands between this machine and a push.
package doctor
