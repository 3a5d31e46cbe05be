package msg

// Forget has every text read anew.
func Forget() {
	for _, c := range catalogs {
		c.open()
		clear(c.read)
		clear(c.all)
		c.close()
	}
}
