package msg

import "strings"

// Detect chooses the language: what --lang says, else APNSCTL_LANG, else the locale
// as POSIX orders it (LC_ALL, LC_MESSAGES, LANG; XBD 8.2).
func Detect(flag string, getenv func(string) string) Lang {
	if flag != "" {
		return language(flag)
	}
	for _, name := range []string{"APNSCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			return language(v)
		}
	}
	return English
}

func language(v string) Lang {
	if strings.HasPrefix(strings.ToLower(v), "ja") {
		return Japanese
	}
	return English
}
