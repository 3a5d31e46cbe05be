package simulator

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
)

// AddressError names an address at which a simulator cannot listen.
type AddressError struct {
	Side, Address string // Side is "portal" or "apns"
	// Instead is where it may listen: the same port at 127.0.0.1, or port 0 where that is no port.
	Instead string
	Err     error
}

// ErrNoLoopback is why an [AddressError] could not even be tried: simulators listen on loopback and nowhere else.
var ErrNoLoopback = errors.New("not a loopback address with a port")

// Error implements error.
func (e *AddressError) Error() string { return e.Address + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *AddressError) Unwrap() error { return e.Err }

// listen opens a listener on a loopback address and on no other.
func listen(ctx context.Context, side, address string) (net.Listener, error) {
	address = cmp.Or(address, "127.0.0.1:0")
	failed := &AddressError{Side: side, Address: address, Instead: "127.0.0.1:0", Err: ErrNoLoopback}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, failed
	}
	if host == "localhost" {
		host = "127.0.0.1" // not left to a resolver
	}
	number, badPort := net.DefaultResolver.LookupPort(ctx, "tcp", port)
	if badPort == nil {
		failed.Instead = "127.0.0.1:" + strconv.Itoa(number)
	}
	if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() || badPort != nil {
		return nil, failed
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		failed.Instead, failed.Err = "127.0.0.1:0", err
		return nil, failed
	}
	return l, nil
}
