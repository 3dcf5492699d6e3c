-- The embedded case register has a database of its own beside the conversations'.
CREATE DATABASE sager;
