package portal

import (
	"bytes"
	"fmt"
)

// requestFields are the three strings of the property list.
type requestFields struct{ csr, chain, signature string }

// readPlist takes the three strings out of an XML property list [A], or of a binary one or
// one without the XML declaration, as nobody knows that Apple refuses those [U]. All else is
// refused: the old text formats hold no request that any tool writes.
func readPlist(document []byte) (requestFields, error) {
	values, err := plistValues(document)
	if err != nil {
		return requestFields{}, refuse(flawNotPlist, err)
	}
	var fields requestFields
	for key, to := range map[string]*string{
		"PushCertRequestCSR": &fields.csr, "PushCertCertificateChain": &fields.chain, "PushCertSignature": &fields.signature,
	} {
		value, isString := values[key].(string)
		if !isString {
			return requestFields{}, refuse(flawKeys, fmt.Errorf("%s is missing or not a string", key))
		}
		*to = value
	}
	return fields, nil
}

// plistValues reads the dictionary of a document.
func plistValues(document []byte) (map[string]any, error) {
	if bytes.HasPrefix(document, []byte(binaryMagic)) {
		return readBinaryPlist(document)
	}
	return readXMLPlist(document)
}
