package fleet

import (
	"context"
	"errors"
	"io"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/devices"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

// The reasons of rows that are never sent. They stand beside APNs' own.
const (
	MalformedToken = "MalformedToken"
	MissingMagic   = "MissingPushMagic"
	OtherTopic     = "OtherTopic"
)

// source is an [apns.Source].
type source func(*apns.Push) error

// Next implements [apns.Source].
func (s source) Next(p *apns.Push) error { return s(p) }

// next hands a row of the input to the engine: one of its part that no earlier run has done. A
// row that cannot be sent keeps its place, for apns-id and resume go by position.
func (r *Run) next(ctx context.Context, p *apns.Push) error {
	in := r.Input
	in.reading.Lock()
	defer in.reading.Unlock()
	for {
		switch err := in.next(); {
		case ctx.Err() != nil:
			return problem.New(problem.Interrupted, nil) // and not the end of the input; what is under way gets its answer
		case err != nil:
			return err
		}
		switch wanted, err := r.wanted(in); {
		case err != nil:
			return err
		case !wanted:
			continue
		}
		magic := in.row.Magic
		if len(magic) == 0 {
			magic = r.Magic
		}
		p.Position, p.ID = in.position, apns.DeriveID(r.ID, in.position)
		p.Token = append(p.Token[:0], in.row.Token...)
		p.Body = r.Kind.appendBody(p.Body[:0], magic)
		r.waiting.Add(1)
		return nil
	}
}

// wanted tells whether the present row is to be sent, and gives one that cannot be its result.
func (r *Run) wanted(in *Input) (bool, error) {
	if r.past != nil {
		if done, err := r.past.Done(in.position, in.row.Token); done || err != nil {
			return false, err
		}
	}
	reason := r.unfit(&in.row)
	if reason == "" {
		return true, nil
	}
	return false, r.take(&apns.Result{
		Position: in.position, Token: in.row.Token, ID: apns.DeriveID(r.ID, in.position), Reason: reason, Class: apns.Device,
	}, detail{example: Example{Place: in.place()}, fault: in.row.Fault}, false)
}

// unfit is the reason why a row is not to be sent; empty if it is.
func (r *Run) unfit(row *devices.Row) string {
	switch {
	case row.Fault != "":
		return MalformedToken
	case len(row.Topic) > 0 && string(row.Topic) != r.Note.Topic:
		return OtherTopic
	case r.Kind.MDM() && len(row.Magic) == 0 && len(r.Magic) == 0:
		return MissingMagic
	case row.Unusual() && !r.remarked && r.Unusual != nil:
		r.remarked = true
		r.Unusual(r.Input.place(), len(row.Token))
	}
	return ""
}

// Rehearsal is what a run would push.
type Rehearsal struct {
	Total     int64  // rows of the part
	Malformed int64  // of them, never to be sent
	First     []byte // the first token that would be, in hexadecimal; nil if none would
}

// Rehearse reads the whole input and pushes nothing. The first [MaxExamples] rows that would not
// be sent go to unfit, which may be nil. The errors are those of the input, and interrupted.
func (r *Run) Rehearse(ctx context.Context, unfit func(place, reason string, fault devices.Fault)) (Rehearsal, error) {
	var all Rehearsal
	in := r.Input
	for in.next() == nil {
		if ctx.Err() != nil {
			return all, problem.New(problem.Interrupted, nil)
		}
		all.Total++
		if reason := r.unfit(&in.row); reason != "" {
			all.Malformed++
			if all.Malformed <= MaxExamples && unfit != nil {
				unfit(in.place(), reason, in.row.Fault)
			}
		} else if all.First == nil {
			all.First = append(all.First, in.row.Token...)
		}
	}
	if errors.Is(in.err, io.EOF) {
		return all, nil
	}
	return all, in.err
}
