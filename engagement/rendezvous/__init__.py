"""What every rendez-vous shares that is convened by mail and in calendars: meetings, séances of a mission."""
