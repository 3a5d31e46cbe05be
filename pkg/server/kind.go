package server

// Kind is a product.
type Kind string

// The kinds of servers.
const (
	Intune    Kind = "intune"
	SimpleMDM Kind = "simplemdm"
	JumpCloud Kind = "jumpcloud"
	Fleet     Kind = "fleet"
	NanoMDM   Kind = "nanomdm"
	NanoHUB   Kind = "nanohub"
	MicroMDM  Kind = "micromdm"
	Zentral   Kind = "zentral"
	Meraki    Kind = "meraki"
	Jamf      Kind = "jamf"
	Google    Kind = "google"
)

// Offers is what a kind of server can do, and what it wants.
type Offers struct {
	Read, Request, Upload bool
	HoldsKey              bool // its private key is made there and never leaves it
	NeedsKey              bool // an upload takes the private key too
	NeedsTopic            bool // it must be told which topic is asked about
	ShowsTopic            bool
	ShowsSerial           bool
	// URL is the address of a service that has just one; empty where the owner of the server has to say.
	URL string
	// Credentials are the names of what opens it; the first is the one meant by a reference without a name.
	Credentials []string
}
