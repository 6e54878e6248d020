"""HTTP to processes of this machine: no client of it needs certificates."""

import ssl

# what a client of httpx makes by itself reads all certificates, which takes 25 ms of computing
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
