"""The demo world: an agency with clients, history, and live websites that can be broken."""
