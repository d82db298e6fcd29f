package evidence

// What the tests of stored bundles must know of the form.
const (
	BundleMagic   = bundleMagic
	BundleVersion = bundleVersion
)
