package msg_test

import (
	"testing"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

func TestDetectChoosesTheLanguage(t *testing.T) {
	for name, row := range map[string]struct {
		flag string
		env  map[string]string
		want msg.Lang
	}{
		"nothing is set":                        {want: msg.English},
		"the flag":                              {flag: "ja", want: msg.Japanese},
		"the flag before every variable":        {flag: "en", env: map[string]string{"APNSCTL_LANG": "ja", "LC_ALL": "ja_JP.UTF-8"}, want: msg.English},
		"our variable before the locale":        {env: map[string]string{"APNSCTL_LANG": "ja", "LC_ALL": "en_US.UTF-8"}, want: msg.Japanese},
		"LC_ALL before LC_MESSAGES":             {env: map[string]string{"LC_ALL": "ja_JP.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, want: msg.Japanese},
		"LC_MESSAGES before LANG":               {env: map[string]string{"LC_MESSAGES": "C", "LANG": "ja_JP.UTF-8"}, want: msg.English},
		"LANG at last":                          {env: map[string]string{"LANG": "ja_JP.eucJP"}, want: msg.Japanese},
		"an empty variable counts as missing":   {env: map[string]string{"LC_ALL": "", "LANG": "ja_JP.UTF-8"}, want: msg.Japanese},
		"capital letters":                       {env: map[string]string{"LANG": "JA"}, want: msg.Japanese},
		"a language that we do not have":        {env: map[string]string{"LANG": "de_DE.UTF-8"}, want: msg.English},
		"POSIX and C are English":               {env: map[string]string{"LC_ALL": "POSIX", "LANG": "ja_JP.UTF-8"}, want: msg.English},
		"a variable that is none of the locale": {env: map[string]string{"LC_TIME": "ja_JP.UTF-8"}, want: msg.English},
	} {
		t.Run(name, func(t *testing.T) {
			if got := msg.Detect(row.flag, func(name string) string { return row.env[name] }); got != row.want {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

func TestFillReplacesEachPlaceholderOnce(t *testing.T) {
	for name, row := range map[string]struct {
		text   string
		params map[string]string
		want   string
	}{
		"a value":                        {"topic is {topic}", map[string]string{"topic": "A"}, "topic is A"},
		"the same value twice":           {"{a} and {a}", map[string]string{"a": "1"}, "1 and 1"},
		"a value with braces of its own": {"{a} {b}", map[string]string{"a": "{b}", "b": "{a}"}, "{b} {a}"},
		"an empty value":                 {"<{a}>", map[string]string{"a": ""}, "<>"},
		"a name without a value stays":   {"{a} {b}", map[string]string{"a": "1"}, "1 {b}"},
		"no values":                      {"{a}", nil, "{a}"},
		"one of a kind":                  {"{a} {a|file was|files were} read", map[string]string{"a": "1"}, "1 file was read"},
		"several of a kind":              {"{a} {a|file was|files were} read", map[string]string{"a": "11"}, "11 files were read"},
		"bars without a value stay":      {"{b|c|d} {a|b}", map[string]string{"a": "1"}, "{b|c|d} {a|b}"},
		"parts of a command":             {"do\n  apnsctl init[ --email {a}][ --country {b}][ --x {c}] --y", map[string]string{"a": "a b", "b": ""}, "do\n  apnsctl init --email 'a b' --y"},
		"brackets in a sentence stay":    {"see [ --x {a}]\n  apnsctl x [flags]", map[string]string{"a": "]"}, "see [ --x ]]\n  apnsctl x [flags]"},
		"a value that nobody names":      {"text", map[string]string{"a": "1"}, "text"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := msg.Fill(row.text, row.params); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestLookupFindsNoUnknownKey(t *testing.T) {
	for _, key := range []string{"problem.no-such-code.text", "no-such-file.key", "nokey", ""} {
		if got, ok := english().Lookup(key); ok {
			t.Errorf("%q is %q", key, got)
		}
	}
}

func TestLookupFindsTheSentenceOfEachLanguage(t *testing.T) {
	for lang, want := range map[msg.Lang]string{
		msg.English:  "there is no file \"{file}\"",
		msg.Japanese: "ファイル「{file}」がありません。",
		"xx":         "there is no file \"{file}\"", // a language that does not exist is English
	} {
		if got, _ := (msg.Printer{Lang: lang}).Lookup("problem.input-unreadable.missing.text"); got != want {
			t.Errorf("%s: got %q, want %q", lang, got, want)
		}
	}
}
