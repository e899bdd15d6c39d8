"""The life of one ingénierie, told through the services of the application with the dates it had."""
