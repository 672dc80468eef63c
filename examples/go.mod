module examples

go 1.24

require github.com/wellhead-io/wellhead/go v0.0.0

replace github.com/wellhead-io/wellhead/go => ../go
