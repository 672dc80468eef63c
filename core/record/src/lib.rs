//! Record batch v2: build, borrow, iterate, validate, compress.
