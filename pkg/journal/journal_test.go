package journal_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/apns"
	"github.com/apnsctl/apnsctl/pkg/journal"
	"github.com/apnsctl/apnsctl/pkg/problem"
)

func token(i int64) []byte { return fmt.Appendf(nil, "%064x", i*0x9e3779b9) }

func result(position int64, class apns.Class, status int) *apns.Result {
	return &apns.Result{Position: position, Token: token(position), ID: apns.DeriveID(apns.ID{1}, position), Status: status, Attempts: 1, Class: class}
}

func TestLines(t *testing.T) {
	refused := result(7, apns.Device, 410)
	refused.Reason, refused.Timestamp = "Unregistered", 1_772_323_200_500
	odd := &apns.Result{Token: []byte("a\"\\\xff"), Reason: "Näh\u202e\x7f\u2028\U000e0041\n", Class: apns.Device}
	for _, c := range []struct {
		in   *apns.Result
		want string
	}{
		{
			result(1, apns.Accepted, 200),
			`{"position":1,"token":"000000000000000000000000000000000000000000000000000000009e3779b9","apns_id":"` + apns.DeriveID(apns.ID{1}, 1).String() +
				`","status":200,"reason":"","timestamp":null,"attempts":1,"class":"accepted"}`,
		},
		{
			refused,
			`{"position":7,"token":"` + string(token(7)) + `","apns_id":"` + apns.DeriveID(apns.ID{1}, 7).String() +
				`","status":410,"reason":"Unregistered","timestamp":"2026-03-01T00:00:00Z","attempts":1,"class":"device"}`,
		},
		{odd, `{"position":0,"token":"a\"\\\ufffd","apns_id":"00000000-0000-0000-0000-000000000000","status":0,"reason":"N\u00e4h\u202e\u007f\u2028\udb40\udc41\u000a","timestamp":null,"attempts":0,"class":"device"}`},
	} {
		got := journal.AppendResult(nil, c.in)
		if diff := cmp.Diff(c.want+"\n", string(got)); diff != "" {
			t.Error(diff)
		}
		if !json.Valid(got) {
			t.Errorf("not JSON: %s", got)
		}
	}
}

func TestResume(t *testing.T) {
	run := apns.ID{0: 0xab, 15: 0xcd}
	text := journal.AppendHeader(nil, journal.Header{Run: run, Input: "hash", Shard: "1/4"})
	gone := result(1, apns.Device, 410)
	gone.Reason, gone.Timestamp = "Unregistered", 1_772_323_200_500
	text = journal.AppendResult(text, result(0, apns.Accepted, 200))
	text = journal.AppendResult(text, gone)
	for i, c := range []apns.Class{apns.Later, apns.Network, apns.Credential} {
		text = journal.AppendResult(text, result(int64(i+2), c, 429))
	}
	text = journal.AppendResult(text, result(2, apns.Accepted, 200))         // at the second try
	text = journal.AppendResult(text, result(5_000_000, apns.Accepted, 200)) // pages in between are not there
	text = append(text, ` {"class":"accepted", "token":"ab", "position":6}`+"\n"...)
	whole := int64(len(text))
	text = append(text, `{"position":3,"token":"00`...)

	var refused []*apns.Result
	p, err := journal.Read("journal", bytes.NewReader(text), func(r *apns.Result) { refused = append(refused, r) })
	if err != nil {
		t.Fatal(err)
	}
	if p.Run != run || p.Input != "hash" || p.Shard != "1/4" || p.Whole != whole || p.Accepted != 4 || p.Device != 1 {
		t.Errorf("got %+v", p.Header)
	}
	gone.Timestamp -= gone.Timestamp % 1000 // a journal has whole seconds
	if diff := cmp.Diff([]*apns.Result{gone}, refused); diff != "" {
		t.Error(diff)
	}
	for position, want := range map[int64]bool{0: true, 1: true, 2: true, 3: false, 4: false, 5: false, 70_000: false, 5_000_000: true, 1 << 40: false} {
		if done, err := p.Done(position, token(position)); done != want || err != nil {
			t.Errorf("position %d: done %v, %v", position, done, err)
		}
	}
	if done, err := p.Done(6, []byte("ab")); !done || err != nil {
		t.Errorf("a line laid out otherwise: %v, %v", done, err)
	}
	noticed := 0
	for i := range int64(100) {
		if _, err := p.Done(0, token(i+1)); err != nil && problem.Of(err).Code == problem.Usage {
			noticed++
		}
	}
	if noticed < 90 {
		t.Errorf("of 100 other tokens %d were noticed", noticed)
	}
	if p.Same("other") || !p.Same("hash") || !p.Same("") {
		t.Error("the input is not compared")
	}
	if p.SameShard("0/4") || p.SameShard("0/1") || !p.SameShard("1/4") || !new(journal.Progress).SameShard("0/4") {
		t.Error("the shard is not compared")
	}
}

// ignore is for whoever does not ask what was refused.
func ignore(*apns.Result) {}

func TestDamagedJournals(t *testing.T) {
	header := string(journal.AppendHeader(nil, journal.Header{}))
	line := string(journal.AppendResult(nil, result(0, apns.Accepted, 200)))
	refusal := string(journal.AppendResult(nil, result(0, apns.Device, 400)))
	for name, text := range map[string]string{
		"no header":                   line,
		"a second header":             header + line + header,
		"something else":              header + "token,push_magic\n",
		"other JSON":                  header + `{"a":1}` + "\n",
		"a negative position":         header + strings.Replace(line, `:0,`, `:-1,`, 1),
		"an enormous position":        header + strings.Replace(line, `:0,`, `:99999999999999,`, 1),
		"a run that is none":          `{"run":"x","input_sha256":""}` + "\n",
		"a refusal that is not whole": header + strings.Replace(refusal, `"reason":""`, `"reason":"`, 1),
		"a refusal of nobody":         header + strings.Replace(refusal, `"apns_id":"`, `"apns_id":"x`, 1),
		"an endless line":             header + strings.Repeat("x", 100_000) + "\n",
		"another file":                "not a journal\n",
		"a line without its end":      `{"devices":[1,2,3]}`,
		"a short one":                 "x",
		"an endless first line":       strings.Repeat("x", 100_000),
	} {
		if _, err := journal.Read("journal", strings.NewReader(text), ignore); err == nil || problem.Of(err).Code != problem.FileDamaged {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"empty": "", "a torn header": `{"run":"00`} {
		if p, err := journal.Read("journal", strings.NewReader(text), ignore); err != nil || p.Whole != 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// slow is an output that takes its time, and may fail.
type slow struct {
	bytes.Buffer
	writes int
	takes  time.Duration
	err    error
}

func (s *slow) Write(p []byte) (int, error) {
	time.Sleep(s.takes)
	s.writes++
	if s.err != nil {
		return 0, s.err
	}
	return s.Buffer.Write(p)
}

func TestWriterKeepsOrderAndWritesInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &slow{takes: time.Millisecond}
		w := journal.NewWriter(out)
		var want []byte
		for i := range int64(20_000) {
			r := result(i, apns.Accepted, 200)
			want = journal.AppendResult(want, r)
			if err := w.Result(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%d bytes written, want %d in order", out.Len(), len(want))
		}
		if out.writes > 200 {
			t.Errorf("%d writes", out.writes)
		}
	})
}

func TestAnIdleWriterWritesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &slow{}
		w := journal.NewWriter(out)
		for i := range int64(3) {
			if err := w.Result(result(i, apns.Accepted, 200)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * time.Millisecond)
			synctest.Wait()
			if got := int64(bytes.Count(out.Bytes(), []byte{'\n'})); got != i+1 {
				t.Errorf("%d lines are out, want %d", got, i+1)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWriterReportsAFullDisk(t *testing.T) {
	full := errors.New("no space left")
	w := journal.NewWriter(&slow{err: full})
	var err error
	for i := range int64(100_000) {
		if err = w.Result(result(i, apns.Accepted, 200)); err != nil {
			break
		}
	}
	if !errors.Is(err, full) || !errors.Is(w.Close(), full) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	text := journal.AppendHeader(nil, journal.Header{})
	for i := range int64(100_000) {
		text = journal.AppendResult(text, result(i, apns.Accepted, 200))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := journal.Read("journal", bytes.NewReader(text), ignore); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/line")
}

func BenchmarkWrite(b *testing.B) {
	w := journal.NewWriter(&bytes.Buffer{})
	r := result(123_456, apns.Accepted, 200)
	b.ReportAllocs()
	for b.Loop() {
		if err := w.Result(r); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
}

func FuzzRead(f *testing.F) {
	text := journal.AppendHeader(nil, journal.Header{Input: "x"})
	text = journal.AppendResult(text, result(3, apns.Device, 410))
	seeds := [][]byte{text, text[:len(text)-5], nil, []byte("{}\n")}
	if len(seeds) == 0 {
		f.Fatal("no seeds")
	}
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := journal.Read("journal", bytes.NewReader(text), ignore)
		if err != nil {
			return
		}
		if p.Whole > int64(len(text)) || p.Whole > 0 && text[p.Whole-1] != '\n' {
			t.Fatalf("%d of %d bytes are said to be whole lines", p.Whole, len(text))
		}
		if p.Accepted+p.Device > int64(bytes.Count(text, []byte{'\n'})) {
			t.Fatal("more results than lines")
		}
	})
}
