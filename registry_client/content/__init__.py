"""What a photograph is: hashes, fingerprints, records, manifests, trees and content identifiers."""
