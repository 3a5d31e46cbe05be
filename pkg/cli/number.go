package cli

import (
	"fmt"
	"strconv"

	"github.com/spf13/pflag"
)

// number is the value of a flag that takes a number from least to most. Without the flag
// the target stays what it is: zero, which stands for a default and cannot be given.
type number[T int | uint16 | float64] struct {
	to          *T
	least, most T
}

func numberVar[T int | uint16 | float64](f *pflag.FlagSet, to *T, name string, least, most T, placeholder string) {
	f.Var(&number[T]{to, least, most}, name, placeholder)
}

// Set implements [pflag.Value].
func (n *number[T]) Set(text string) error {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || !(value >= float64(n.least) && value <= float64(n.most)) || float64(T(value)) != value {
		return outOfRange{plain(n.least), plain(n.most)}
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

// outOfRange is why a value cannot be that of a [number].
type outOfRange struct{ least, most string }

func (e outOfRange) Error() string { return fmt.Sprintf("not from %s to %s", e.least, e.most) }
