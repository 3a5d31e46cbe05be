package devices

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rows repeats a line.
func rows(line string, n int) []byte { return []byte(strings.Repeat(line, n)) }

func forms() map[string]string {
	return map[string]string{
		"plain": tokenA + " 0F1E2D3C-1111-2222-3333-444455556666\n",
		"CSV":   "x," + tokenA + ",0F1E2D3C-1111-2222-3333-444455556666,y," + topicA + "\n",
	}
}

// header is the first line of the CSV form.
const header = "id,token,push_magic,more,topic\n"

func TestRowsCostNoAllocation(t *testing.T) {
	const n = 5000
	for name, line := range forms() {
		input := append([]byte(header), rows(line, n)...)
		if name == "plain" {
			input = rows(line, n)
		}
		allocated := testing.AllocsPerRun(3, func() { drain(t, input) })
		if allocated > 100 {
			t.Errorf("%s: %.0f allocations for %d rows", name, allocated, n)
		}
	}
}

func drain(tb testing.TB, input []byte) (n int) {
	tb.Helper()
	r, row := NewReader("input", bytes.NewReader(input)), Row{}
	for {
		err := r.Next(&row)
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil || row.Fault != "" {
			tb.Fatal(err, row.Fault)
		}
		n++
	}
}

func BenchmarkRows(b *testing.B) {
	for name, line := range forms() {
		b.Run(name, func(b *testing.B) {
			input := append([]byte(header), rows(line, 100_000)...)
			if name == "plain" {
				input = rows(line, 100_000)
			}
			b.ReportAllocs()
			count := 0
			for b.Loop() {
				count += drain(b, input)
			}
			b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func FuzzReader(f *testing.F) {
	seeds := []string{
		tokenA + " M\n" + tokenB, "token,push_magic\n" + tokenA + ",\"M\n\"\n", `{"token":"` + tokenA + `"}` + "\n{",
		`{"devices":[{"token":"` + tokenA + `"},"x",1],"a":{"b":[]}}`, "<ab cd> m", "<?xml?><plist><dict/></plist>",
		"\xef\xbb\xbftoken;magic\n\"", "[[]]", "bplist00", strings.Repeat("a", 70_000),
		"id,device_id,user_id,topic,token_hex,enabled\nU,U,NULL," + topicA + "," + tokenA + ",0\n", "udid,topic\n\"U\",\\N\n",
		`[{"udid":"U","mdm_topic":"` + topicA + `","token":"` + tokenA + `","enabled":0,"id":1}]`,
		event("mdm.TokenUpdate", checkIn(field("UDID", "U"))) + "\n" + event("mdm.Authenticate", "x"),
		"{\n\"topic\":\"mdm.TokenUpdate\",\"checkin_event\":null}", `{"acknowledge_event":{},"checkin_event":7}`, "0\x82\x01",
	}
	files, err := filepath.Glob("../../testdata/pushcert/*/*.*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds in the corpus: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, string(text))
	}
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		tallied(t, input)
		r, row := NewReader("input", bytes.NewReader(input)), Row{}
		for range len(input) + 2 {
			if err := r.Next(&row); err != nil {
				return
			}
			if row.Fault != "" {
				if len(row.Token) > maxShown || len(row.Magic) > 0 {
					t.Fatalf("a faulty row keeps token %q and magic %q", row.Token, row.Magic)
				}
				continue
			}
			if n := len(row.Token); n == 0 || n%2 != 0 || n > 2*maxToken {
				t.Fatalf("a token of %d digits", n)
			}
			for _, c := range row.Token {
				if !strings.ContainsRune("0123456789abcdef", rune(c)) {
					t.Fatalf("the token %q is not in lower-case hexadecimal", row.Token)
				}
			}
		}
		t.Fatal("more rows than bytes")
	})
}

// tallied requires of any input that a tally of its devices adds up.
func tallied(t *testing.T, input []byte) {
	t.Helper()
	r, row, tally := NewTopicReader("input", bytes.NewReader(input)), Row{}, NewTally()
	added := 0
	for r.Next(&row) == nil && added <= len(input)+1 {
		if row.Fault == "" {
			tally.Add(&row)
			added++
		}
	}
	total := 0
	for _, g := range tally.Groups() {
		if g.Devices < 1 {
			t.Fatalf("a group of %d devices", g.Devices)
		}
		total += g.Devices
	}
	if total != tally.Devices() || total+tally.Left() > added || added > len(input)+1 {
		t.Fatalf("%d devices in %d groups' sum, %d left, of %d rows", tally.Devices(), total, tally.Left(), added)
	}
}
