package typed

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// Line is a command as it was typed, for the profile named ("" for none), without the flags named, see [With].
func Line(c *cobra.Command, profile string, without ...string) string {
	line := c.CommandPath()
	if profile != "" {
		line += " -p " + msg.Quote(profile)
	}
	return With(line, c, without...)
}

// With is a command line with those flags that were typed for c and that it has not: without the ones named, those
// of every command and those that have their default again. What wakes a device and a password in an address
// are left to the person: their placeholders stand in their place.
func With(line string, c *cobra.Command, without ...string) string {
	words, has, global := []string{line}, strings.Fields(line), c.InheritedFlags()
	c.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(without, f.Name) || slices.Contains(has, "--"+f.Name) || global.Lookup(f.Name) != nil || f.Value.String() == f.DefValue {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			switch words = append(words, "--"+f.Name); {
			case f.Value.Type() == "bool" && value == "true":
			case f.Value.Type() == "bool":
				words[len(words)-1] += "=" + value
			case isSecret(f.Name, value):
				words = append(words, f.Usage) // its placeholder
			default:
				words = append(words, msg.Quote(msg.Clean(value)))
			}
		}
	})
	return strings.Join(words, " ")
}

func isSecret(flag, value string) bool {
	return flag == "token" || flag == "push-magic" || flag == "proxy" && strings.Contains(value, "@")
}
