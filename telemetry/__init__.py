"""What a server process counts about itself. Every app may import it; it imports none of them."""
