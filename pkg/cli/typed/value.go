package typed

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/pflag"
)

// SecretFile tells of a flag that it names a file with a secret, or is given the secret by mistake.
func SecretFile(flag string) bool {
	return slices.Contains([]string{"passphrase-file", "new-passphrase-file", "file-password-file", "identity"}, flag)
}

// OnlyOnce has flags refuse a second value: which of the two was meant nobody can tell,
// and the first would be dropped in silence. Lists take as many as are given.
func OnlyOnce(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		if _, list := f.Value.(pflag.SliceValue); !list {
			f.Value = &once{Value: f.Value, secret: f.Name == "push-magic" || SecretFile(f.Name)}
		}
	})
}

// once is the value of a flag that counts once. The same value again changes nothing.
type once struct {
	pflag.Value

	secret bool
	given  bool
	first  string
}

// Set implements [pflag.Value].
func (o *once) Set(text string) error {
	if o.given && text != o.first {
		if o.secret {
			return GivenTwice{"…", "…"}
		}
		return GivenTwice{o.first, text}
	}
	if err := o.Value.Set(text); err != nil {
		return err
	}
	o.given, o.first = true, text
	return nil
}

// GivenTwice is why a flag cannot take a second value.
type GivenTwice struct{ First, Second string }

// Error implements error.
func (g GivenTwice) Error() string { return fmt.Sprintf("given twice: %s, %s", g.First, g.Second) }

// number is the value of a flag that takes a number from least to most. Without the flag
// the target stays what it is: zero, which stands for a default and cannot be given.
type number[T int | uint16 | float64] struct {
	to          *T
	least, most T
}

// NumberVar defines a flag that takes a whole number between two bounds.
func NumberVar[T int | uint16 | float64](f *pflag.FlagSet, to *T, name string, least, most T, placeholder string) {
	f.Var(&number[T]{to, least, most}, name, placeholder)
}

// Set implements [pflag.Value].
func (n *number[T]) Set(text string) error {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(value >= float64(n.least) && value <= float64(n.most)) || float64(T(value)) != value {
		return OutOfRange{plain(n.least), plain(n.most)}
	}
	*n.to = T(value)
	return nil
}

// String implements [pflag.Value].
func (n *number[T]) String() string {
	if n.to == nil { // pflag asks a zero value what the default of its type is
		return "0"
	}
	return plain(*n.to)
}

// Type implements [pflag.Value].
func (n *number[T]) Type() string { return "number" }

func plain[T int | uint16 | float64](n T) string {
	return strconv.FormatFloat(float64(n), 'f', -1, 64)
}

// OutOfRange is why a value cannot be that of a [number].
type OutOfRange struct{ Least, Most string }

// Error implements error.
func (e OutOfRange) Error() string { return fmt.Sprintf("not from %s to %s", e.Least, e.Most) }
