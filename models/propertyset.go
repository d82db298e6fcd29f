package models

import "iter"

// PropertySet is a set of properties. The zero value is empty.
type PropertySet uint64

func bit(p Property) PropertySet {
	for i := range Properties {
		if Properties[i].ID == p {
			return 1 << i
		}
	}
	return 0
}

// SetOf returns the set of properties.
func SetOf(properties ...Property) PropertySet { return PropertySet(0).With(properties...) }

// With returns s and properties.
func (s PropertySet) With(properties ...Property) PropertySet {
	for _, p := range properties {
		s |= bit(p)
	}
	return s
}

// Without returns s without p.
func (s PropertySet) Without(p Property) PropertySet { return s &^ bit(p) }

// Has reports whether p is in s.
func (s PropertySet) Has(p Property) bool { return s&bit(p) != 0 }

// All yields the properties of s in the order of Properties.
func (s PropertySet) All() iter.Seq[Property] {
	return func(yield func(Property) bool) {
		for i, p := range Properties {
			if s>>i&1 != 0 && !yield(p.ID) {
				return
			}
		}
	}
}
