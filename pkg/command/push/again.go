package push

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/apnsctl/apnsctl/pkg/msg"
)

// again is the push as it was typed, without the flags named, for a hint that repeats it.
// What wakes a device and a proxy's password are left to the person.
func (o *pushOptions) again(without ...string) string {
	words := []string{"apnsctl push"}
	if name := o.Global.Profile; name != "" {
		words = append(words, "-p", msg.Quote(name))
	}
	global := o.command.InheritedFlags()
	o.command.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains(without, f.Name) || global.Lookup(f.Name) != nil {
			return
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			switch words = append(words, "--"+f.Name); {
			case f.Value.Type() == "bool":
				words[len(words)-1] += map[bool]string{false: "=" + value}[value == "true"]
			case f.Name == "token", f.Name == "push-magic", f.Name == "proxy" && strings.Contains(value, "@"):
				words = append(words, f.Usage) // its placeholder
			default:
				words = append(words, msg.Quote(value))
			}
		}
	})
	return strings.Join(words, " ")
}
