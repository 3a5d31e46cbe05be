package msg

// Forget has every text read anew.
func Forget() {
	for _, c := range catalogs {
		clear(c.read)
		clear(c.all)
	}
}
