package portal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"howett.net/plist"

	"github.com/apnsctl/apnsctl/pkg/simulator/internal/testkit"
)

// binaryDocument puts a binary property list together, with widths of one byte unless said
// otherwise. The first object is the top.
type binaryDocument struct {
	objects                 []string
	offsetSize, width       byte
	count, top, tableOffset uint64 // added to the true values
}

func (d binaryDocument) bytes() []byte {
	out, table := []byte("bplist00"), []byte{}
	for _, object := range d.objects {
		table = append(table, byte(len(out)))
		out = append(out, object...)
	}
	at := uint64(len(out))
	out = append(out, table...)
	out = append(out, 0, 0, 0, 0, 0, 0, 1+d.offsetSize, 1+d.width)
	out = binary.BigEndian.AppendUint64(out, uint64(len(d.objects))+d.count)
	out = binary.BigEndian.AppendUint64(out, d.top)
	return binary.BigEndian.AppendUint64(out, at+d.tableOffset)
}

func TestBinaryPlistIsRead(t *testing.T) {
	for name, row := range map[string]struct {
		document binaryDocument
		want     string
	}{
		"empty":             {binaryDocument{objects: []string{"\xd0"}}, "map[]"},
		"ASCII":             {binaryDocument{objects: []string{"\xd1\x01\x02", "\x51k", "\x52ab"}}, "map[k:ab]"},
		"length apart":      {binaryDocument{objects: []string{"\xd1\x01\x02", "\x51k", "\x5f\x10\x02ab"}}, "map[k:ab]"},
		"length of 8 bytes": {binaryDocument{objects: []string{"\xd1\x01\x02", "\x51k", "\x5f\x13\x00\x00\x00\x00\x00\x00\x00\x02ab"}}, "map[k:ab]"},
		"UTF-16":            {binaryDocument{objects: []string{"\xd1\x01\x02", "\x51k", "\x62\x65\xe5\x67\x2c"}}, "map[k:日本]"},
		"other kinds":       {binaryDocument{objects: []string{"\xd2\x01\x01\x02\x03", "\x51k", "\x4f\x10\x02ab", "\xaf\xff"}}, "map[]"},
		"holding itself":    {binaryDocument{objects: []string{"\xd1\x01\x00", "\x51k"}}, "map[]"},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := readBinaryPlist(row.document.bytes())
			if got := fmt.Sprint(values); err != nil || got != row.want {
				t.Errorf("%s, %v", got, err)
			}
		})
	}
}

func TestBinaryPlistThatLiesIsRefused(t *testing.T) {
	pair := func(value string) []string { return []string{"\xd1\x01\x02", "\x51k", value} }
	const most = "\x13\xff\xff\xff\xff\xff\xff\xff\xfb" // an integer that is -5 to who reads it signed
	for name, document := range map[string]binaryDocument{
		"no width":                  {objects: []string{"\x51k", "\xd1"}, top: 1, width: 255},
		"width of nine":             {objects: []string{"\xd1" + strings.Repeat("\x00", 8) + "\x01" + strings.Repeat("\x00", 8) + "\x02", "\x51k", "\x51v"}, width: 8},
		"no offset size":            {objects: pair("\x51v"), offsetSize: 255},
		"too many objects":          {objects: pair("\x51v"), count: 1},
		"objects beyond counting":   {objects: pair("\x51v"), count: 1 << 63},
		"no objects":                {},
		"top beyond the objects":    {objects: pair("\x51v"), top: 3},
		"table in the header":       {objects: pair("\x51v"), tableOffset: ^uint64(13)},
		"table beyond the file":     {objects: pair("\x51v"), tableOffset: 1 << 40},
		"reference beyond objects":  {objects: []string{"\xd1\x01\x03", "\x51k", "\x51v"}},
		"ASCII beyond the file":     {objects: pair("\x53ab")},
		"ASCII of negative length":  {objects: pair("\x5f" + most)},
		"UTF-16 beyond the file":    {objects: pair("\x62\x65\xe5\x67")},
		"UTF-16 of negative length": {objects: pair("\x6f" + most)},
		"UTF-16 of half the range":  {objects: pair("\x6f\x13\x80\x00\x00\x00\x00\x00\x00\x01ab")},
		"dictionary beyond itself":  {objects: []string{"\xd2\x00"}},
		"dictionary without end":    {objects: []string{"\xdf" + most}},
		"65 keys":                   {objects: []string{"\xdf\x10\x41" + strings.Repeat("\x01", 130), "\x51k"}},
		"length is no integer":      {objects: pair("\x5f\x51v")},
		"length of 16 bytes":        {objects: pair("\x5f\x14" + strings.Repeat("\x00", 15) + "\x01v")},
		"length cut off":            {objects: pair("\x5f\x11\x00")},
		"length missing":            {objects: pair("\x5f")},
		"key is data":               {objects: []string{"\xd1\x01\x01", "\x41k"}},
		"array at the top":          {objects: []string{"\xa1\x01", "\x51k"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readPlist(document.bytes())
			if refused, ok := errors.AsType[*refusal](err); !ok || refused.flaw != flawNotPlist {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestBinaryPlistCutAnywhereIsRefused(t *testing.T) {
	whole := library(t, testkit.Parts{CSR: []byte("CSR"), Chain: []string{"chain"}, Signature: []byte("signature")}, plist.BinaryFormat)
	if _, err := readPlist(slices.Clone(whole)); err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if _, err := readPlist(whole[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are read", n, len(whole))
		}
	}
}
