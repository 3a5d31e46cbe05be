package server

import "slices"

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

// Kinds lists every kind: first those that hold the key, then those that take it, then those
// that only tell.
func Kinds() []Kind {
	return []Kind{Intune, SimpleMDM, JumpCloud, Fleet, NanoMDM, NanoHUB, MicroMDM, Zentral, Meraki, Jamf, Google}
}

// Offers is what a kind of server can do, and what it wants.
type Offers struct {
	Read, Request, Upload bool
	HoldsKey              bool // its private key is made there and never leaves it
	NeedsKey              bool // an upload takes the private key too
	NeedsTopic            bool // it tells of the topic that it is asked about alone
	Several               bool // it may use several certificates, and is asked about one by its topic
	ShowsTopic            bool
	ShowsSerial           bool
	ShowsDate             bool // the end of the certificate; without it there are alerts at most
	// URL is the address of a service that has just one; empty where the owner of the server has to say.
	URL string
	// Credentials are the names of what opens it; the first is the one meant by a reference without a name.
	Credentials []string
	// Ways are the sets of credentials of which one has to be complete; the others may be missing.
	Ways [][]string
}

// The names of credentials.
const (
	token        = "token"
	user         = "user"          // of basic authentication, where it is not the usual one
	tenant       = "tenant"        // of Microsoft Entra
	clientID     = "client_id"     // OAuth 2.0
	clientSecret = "client_secret" // OAuth 2.0
	organization = "organization"  // which one is meant, for who sees several
)

// Offers is what servers of the kind can do. An unknown kind offers nothing.
func (k Kind) Offers() Offers { return k.product().offers }

// product is a kind as it is known here.
type product struct {
	offers Offers
	open   func(*door, Access) Server
}

func (k Kind) product() product {
	switch k {
	case Intune:
		return product{holder("https://graph.microsoft.com/v1.0", true, true, []string{token}, []string{tenant, clientID, clientSecret}), openIntune}
	case SimpleMDM:
		return product{holder("https://a.simplemdm.com/api/v1", false, false, []string{token}), openSimpleMDM}
	case JumpCloud:
		o := holder("https://console.jumpcloud.com/api/v2", true, true, []string{token}).also(organization)
		o.Several = true
		return product{o, openJumpCloud}
	case Fleet:
		return product{holder("", false, true, []string{token}), openFleet}
	case NanoMDM:
		return product{taker(true).also(user), openNanoMDM}
	case NanoHUB:
		return product{taker(true).also(user), openNanoHUB}
	case MicroMDM:
		return product{taker(false).also(user), openMicroMDM}
	case Zentral:
		o := teller("", true, []string{token})
		o.Several = true
		return product{o, openZentral}
	case Meraki:
		return product{teller("https://api.meraki.com/api/v1", true, []string{token}).also(organization), openMeraki}
	case Jamf:
		o := teller("", false, []string{clientID, clientSecret})
		o.ShowsTopic, o.ShowsDate = false, false
		return product{o, openJamf}
	case Google:
		return product{teller("https://alertcenter.googleapis.com", false, []string{token}), openGoogle}
	}
	return product{}
}

// holder makes the key and the request itself.
func holder(url string, topic, serial bool, ways ...[]string) Offers {
	return Offers{
		Read: true, Request: true, Upload: true, HoldsKey: true, ShowsTopic: topic, ShowsSerial: serial, ShowsDate: true,
		URL: url, Credentials: slices.Concat(ways...), Ways: ways,
	}
}

// taker takes certificate and key. It shows the certificate, or it has to be told the topic.
func taker(byTopic bool) Offers {
	return Offers{
		Read: true, Upload: true, NeedsKey: true, NeedsTopic: byTopic, Several: byTopic, ShowsTopic: true, ShowsSerial: !byTopic, ShowsDate: true,
		Credentials: []string{token}, Ways: [][]string{{token}},
	}
}

// teller can only be asked.
func teller(url string, serial bool, way []string) Offers {
	return Offers{
		Read: true, ShowsTopic: true, ShowsSerial: serial, ShowsDate: true,
		URL: url, Credentials: slices.Clone(way), Ways: [][]string{way},
	}
}

// also is o with a credential that may be missing.
func (o Offers) also(name string) Offers {
	o.Credentials = append(o.Credentials, name)
	return o
}
