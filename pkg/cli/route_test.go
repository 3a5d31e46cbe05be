package cli

import "testing"

// A hint that repeats a command keeps the way to APNs, and no password.
func TestRouteAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		route RouteOptions
		want  string
	}{
		{"nothing was given", RouteOptions{}, "apnsctl doctor"},
		{"a simulator", RouteOptions{Endpoint: "https://127.0.0.1:8443", CaFile: "my ca.pem"}, "apnsctl doctor --endpoint https://127.0.0.1:8443 --ca-file 'my ca.pem'"},
		{"another port", RouteOptions{Sandbox: true, Port: 2197}, "apnsctl doctor --port 2197 --sandbox"},
		{"a proxy", RouteOptions{Proxy: "http://Proxy:3128"}, "apnsctl doctor --proxy http://Proxy:3128"},
		{"a proxy with a password", RouteOptions{Proxy: "http://me:secret@Proxy:3128"}, "apnsctl doctor --proxy URL"},
		{"the same without http", RouteOptions{Proxy: "me:secret@Proxy:3128"}, "apnsctl doctor --proxy URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.route.Again("apnsctl doctor"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}
