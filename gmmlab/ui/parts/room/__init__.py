"""A room's two faces: the lecturer's on the wall, and a student's on a phone."""
