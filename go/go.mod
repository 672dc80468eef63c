module github.com/wellhead-io/wellhead/go

go 1.24
