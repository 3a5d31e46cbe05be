package devices

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/apnsctl/apnsctl/pkg/problem"
)

const (
	tokenA = "740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad"
	tokenB = "1111111111111111111111111111111111111111111111111111111111111111"
)

// all reads an input and shows each row as "line token magic" or "line fault token".
func all(in io.Reader) ([]string, error) {
	r := NewReader("input", in)
	var rows []string
	var row Row
	for {
		switch err := r.Next(&row); {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		case row.Fault != "":
			rows = append(rows, fmt.Sprintf("%d %s %s", row.Line, row.Fault, row.Token))
		default:
			rows = append(rows, fmt.Sprintf("%d %s %s", row.Line, row.Token, row.Magic))
		}
	}
}

// utf16LE is text as PowerShell writes it.
func utf16LE(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func TestForms(t *testing.T) {
	both := []string{"1 " + tokenA + " M-1", "2 " + tokenB + " M-2"}
	table := []string{"2 " + tokenA + " M-1", "3 " + tokenB + " M-2"}
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", "", nil},
		{"blank lines", " \n\r\n", nil},
		{"lines that end in carriage returns", "token,magic\r" + tokenA + ",M-1\r" + tokenB + ",M-2\r", table},
		{"plain tokens that do", tokenA + "\r" + tokenB, []string{"1 " + tokenA + " ", "2 " + tokenB + " "}},
		{"plain tokens", tokenA + "\n\n" + tokenB, []string{"1 " + tokenA + " ", "3 " + tokenB + " "}},
		{"plain with blank, comma, tab", tokenA + " M-1\n" + tokenB + ",M-2\n" + tokenA + "\tM-3\r\n", append(both[:2:2], "3 "+tokenA+" M-3")},
		{"plain in quotes", `"` + tokenA + `","M-1"` + "\n" + `"` + tokenB + `";"M-2"` + "\n", both},
		{"brackets with spaces, and a magic", "<" + tokenA[:8] + " " + tokenA[8:] + "> M-1\n" + tokenB + " M-2", both},
		{"groups without brackets", tokenA[:8] + " " + tokenA[8:40] + " " + tokenA[40:], []string{"1 " + tokenA + " "}},
		{"byte order mark", "\xef\xbb\xbf" + tokenA + " M-1\n" + tokenB + " M-2", both},
		{"byte order mark alone", "\xef\xbb\xbf", nil},
		{"UTF-16", utf16LE("\ufeff" + tokenA + " M-1\r\n" + tokenB + " M-2\r\n"), both},
		{"UTF-16 without mark", utf16LE(tokenA + " M-1\n" + tokenB + " M-2"), both},
		{"CSV in UTF-16", utf16LE("\ufefftoken,push_magic\r\n" + tokenA + ",M-1\r\n" + tokenB + ",M-2\r\n"), table},
		{"JSON lines in UTF-16", utf16LE("\ufeff{\"token\":\"" + tokenA + "\",\"push_magic\":\"M-1\"}\r\n{\"token\":\"" + tokenB + "\",\"push_magic\":\"M-2\"}"), both},
		{"quoted by mail", "> " + tokenA + " M-1\n>> " + tokenB + " M-2", both},
		{"CSV quoted by mail", "> token,push_magic\n> " + tokenA + ",M-1\n> " + tokenB + ",M-2", table},
		{"hard blanks", tokenA + "\u00a0M-1\n\u3000" + tokenB + "\u00a0M-2", both},
		{"hard blanks in CSV", "Token,Push\u00a0Magic\n\u00a0" + tokenA + "\u00a0,M-1\n" + tokenB + "\u200b,M-2", table},
		{"nothing but hard blanks", tokenA + "\n\u00a0\n", []string{"1 " + tokenA + " ", "2 no-token "}},
		{"printed whole, with a magic", "{length = 32, bytes = 0x" + tokenA[:8] + " " + tokenA[8:] + " } M-1\n" + tokenB + " M-2", both},
		{"CSV", "token,push_magic\n" + tokenA + ",M-1\n" + tokenB + ",M-2\n", table},
		{"CSV in any order", "\xef\xbb\xbfid,Push Magic,\"Token\",more\r\n1,M-1," + tokenA + ",x\r\n2,M-2," + tokenB + ",\r\n", table},
		{"CSV with semicolons", "push_magic;token_hex\nM-1;" + tokenA + "\nM-2;" + tokenB, table},
		{"CSV with tabs", "token\tmagic\n" + tokenA + "\tM-1\n" + tokenB + "\tM-2", table},
		{"CSV with quotes", "memo,token,push_magic\n\"a,\"\"b\"\"\"," + tokenA + ",\"M-1\"\n\"two\nlines\",\"" + tokenB + "\",M-2\n", table},
		{"CSV without magic", "token\n" + tokenA + "\n\n" + tokenB, []string{"2 " + tokenA + " ", "4 " + tokenB + " "}},
		{"CSV with a short record", "id,token\n1\n2," + tokenA, []string{"2 no-token ", "3 " + tokenA + " "}},
		{"JSON lines", `{"token":"` + tokenA + `","push_magic":"M-1"}` + "\n" + `{"Token":"` + strings.ToUpper(tokenB) + `","PushMagic":"M-2"}`, both},
		{"JSON lines as NanoMDM names them", `{"id":"x","token_hex":"` + tokenA + `","push_magic":"M-1"}` + "\n" + `{"token_hex":"` + tokenB + `","pushMagic":"M-2"}`, both},
		{"a list", `[{"token":"` + tokenA + `","push_magic":"M-1"},` + "\n" + `{"token":"` + tokenB + `","push_magic":"M-2"}]`, both},
		{"a list of tokens", `["` + tokenA + `"]`, []string{"1 " + tokenA + " "}},
		{"an export", `{"next":{"a":[1]},"count":2,"devices":[{"udid":"x","token":"` + tokenA + `","push_magic":"M-1"},{"token":"` + tokenB + `","push_magic":"M-2"}]}`, both},
		{"one object over lines", "{\n\"token\": \"" + tokenA + "\",\n\"push_magic\": \"M-1\"\n}\n", both[:1]},
	} {
		t.Run(c.name, func(t *testing.T) {
			for what, in := range map[string]io.Reader{"whole": strings.NewReader(c.in), "a byte at a time": iotest.OneByteReader(strings.NewReader(c.in))} {
				got, err := all(in)
				if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
					t.Errorf("%s: %v %s", what, err, diff)
				}
			}
		})
	}
}

func TestFaultyRowsKeepTheirPlace(t *testing.T) {
	const good = "3 " + tokenA + " M"
	row := tokenA + " M"
	for _, c := range []struct{ name, in, want string }{
		{"odd", "token,push_magic\nabc,SECRET\n" + tokenA + ",M", "2 odd-hex abc"},
		{"swapped columns", "token,push_magic\n3d9d0f4e-0000-4000-8000-5a1fcb1f2f5c," + tokenB + "\n" + tokenA + ",M", "2 uuid "},
		{"a UDID", "token,push_magic\n00008030-000A1B2C3D4E5F60,M\n" + tokenA + ",M", "2 udid 00008030-000A1B2C3D4E5F60"},
		{"printed and shortened", "{length = 32, bytes = 0x740f4707 ... 61bb78ad }\n\n" + row, "1 printed-short {length = 32, bytes = 0x740f4707 ... 61bb78ad }"},
		{"printed by Swift", "32 bytes\n\n" + row, "1 printed-short 32 bytes"},
		{"printed in a table", "token,push_magic\n{length = 32, bytes = 0x740f4707 ... 61bb78ad },M\n" + tokenA + ",M", "2 printed-short {length = 32"},
		{"empty cell", "token,push_magic\n,SECRET\n" + tokenA + ",M", "2 no-token "},
		{"long line", "token,push_magic\n" + strings.Repeat("ab", maxLine) + "\n" + tokenA + ",M", "2 line-too-long "},
		{"plain, three fields", tokenB + " a b\n\n" + row, "1 too-many-fields "},
		{"plain, long first line", strings.Repeat("ab", maxLine) + "\n\n" + row, "1 line-too-long "},
		{"broken JSON", `{"token":"` + tokenB + "\"}}\n\n" + `{"token":"` + tokenA + `","push_magic":"M"}`, "1 not-json "},
		{"JSON without token", `{"udid":"x"}` + "\n\n" + `{"token":"` + tokenA + `","push_magic":"M"}`, "1 no-token "},
		{"JSON of another type", `{"token":12}` + "\n\n" + `{"token":"` + tokenA + `","push_magic":"M"}`, "1 not-json "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := all(strings.NewReader(c.in))
			if diff := cmp.Diff([]string{c.want, good}, got); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
		})
	}
	got, err := all(strings.NewReader("token,memo\n" + tokenA + ",\"never closed\n" + tokenB + ",x\n"))
	if diff := cmp.Diff([]string{"2 open-quote "}, got); diff != "" || err != nil {
		t.Errorf("open quote: %v %s", err, diff)
	}
}

func TestTokenUpdate(t *testing.T) {
	for _, name := range []string{"token-update.plist", "token-update-binary.plist", "token-update-bom.plist"} {
		f, err := os.Open("../../testdata/pushcert/device/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, row := NewReader(name, f), Row{}
		if err := r.Next(&row); err != nil || len(row.Token) != 64 || len(row.Magic) == 0 || len(row.Topic) == 0 || row.Fault != "" {
			t.Errorf("%s: %v, token %q, topic %q, fault %q", name, err, row.Token, row.Topic, row.Fault)
		}
		if err := r.Next(&row); !errors.Is(err, io.EOF) {
			t.Errorf("%s: a second row, or %v", name, err)
		}
	}
}

func TestInputsThatHoldNoTokens(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     problem.Code
	}{
		{"a certificate", "-----BEGIN CERTIFICATE-----\nMII", problem.FileUnrecognised},
		{"a spreadsheet", "PK\x03\x04 and so on", problem.FileUnrecognised},
		{"binary", "abc\x00def\n", problem.FileUnrecognised},
		{"another property list", "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>a</key><string>b</string></dict></plist>", problem.FileUnrecognised},
		{"JSON cut short", `[{"token":"` + tokenA + `"},{"tok`, problem.FileDamaged},
		{"a huge element", `[{"memo":"` + strings.Repeat("x", 2*maxElement) + `"}]`, problem.InputTooLarge},
	} {
		_, err := all(strings.NewReader(c.in))
		if got := codeOf(err); got != c.want {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	broken := errors.New("the disk is gone")
	if _, err := all(io.MultiReader(strings.NewReader(tokenA+"\n"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("the input's own error became %v", err)
	}
}

func codeOf(err error) problem.Code {
	if err == nil {
		return ""
	}
	return problem.Of(err).Code
}
