"""Use cases: one public function a file, domain over ports."""
